"""An exercise as one student got it: inputs, key, and the derivation in which a line is wrong."""

from typing import NamedTuple

from backprop_cli.exercises.answers.formulas import Formulas
from backprop_cli.exercises.diagnosis.diagnosis import PredictedAnswers
from backprop_cli.exercises.model.case import Case
from backprop_cli.exercises.model.derivation import Spoilt
from backprop_cli.exercises.model.variants import Variants


class Handout(NamedTuple):
    """What answers are read and judged by."""

    variants: Variants
    formulas: Formulas
    number: int
    """The student's variant."""

    @property
    def predicted(self) -> PredictedAnswers:
        """What each mistake would have answered."""
        return self.variants.predicted(self.number)

    @property
    def case(self) -> Case:
        """The student's inputs, run."""
        return self.predicted.case

    @property
    def spoilt(self) -> Spoilt:
        """The derivation in which a line is wrong."""
        return self.variants.spoilt(self.number)
