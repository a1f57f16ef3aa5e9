"""The tasks of those who work on backprop: nox -l lists them, nox -s tests runs one."""

import nox

nox.options.default_venv_backend = "venv"
nox.options.sessions = ["tests", "lint", "docs"]
LOWEST = "tests/lowest.txt"
EVERYTHING = ".[test,cluster,draw,notebook]"


@nox.session(python=["3.11", "3.12", "3.13", "3.14"])
def tests(session: nox.Session) -> None:
    """Run the tests on each Python, with the newest dependencies."""
    session.install("--editable", ".[test]")
    session.run("pytest", "-n", "2", *session.posargs)


@nox.session(python="3.11")
def lowest(session: nox.Session) -> None:
    """Run the tests with the lowest versions that we promise, of what is optional too."""
    session.install("--editable", EVERYTHING, "--constraint", LOWEST)
    session.run("pytest", "-n", "2", *session.posargs)


@nox.session(python=["3.11", "3.14"])
def constrained(session: nox.Session) -> None:
    """Run the tests with the versions that are recommended to users."""
    session.install("--editable", EVERYTHING, "--constraint", "constraints.txt")
    session.run("pytest", "-n", "2", *session.posargs)


@nox.session
def audit(session: nox.Session) -> None:
    """Ask whether a version that we name is known to be vulnerable."""
    session.run("bash", ".ci/audit", external=True)


@nox.session
def fuzz(session: nox.Session) -> None:
    """Give every reader what nobody would write, for as long as is asked: -- --seconds 3600."""
    session.install("--editable", ".[test]")
    session.run("python", "benchmarks/fuzz.py", *session.posargs)


@nox.session
def slow(session: nox.Session) -> None:
    """Run the proofs that take long, as .ci/run does."""
    session.install("--editable", ".[test]")
    session.run("pytest", "-n", "2", "-m", "slow", *session.posargs)


@nox.session
def explore(session: nox.Session) -> None:
    """Let Hypothesis try many examples that it has not tried before, for a night."""
    session.install("--editable", ".[test]")
    session.run("pytest", "-n", "2", "--timeout", "3600", env={"HYPOTHESIS_PROFILE": "explore"})


@nox.session
def lint(session: nox.Session) -> None:
    """Look for mistakes of style and of types."""
    session.install("--editable", ".[lint]")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")


@nox.session
def docs(session: nox.Session) -> None:
    """Build the site; a link that leads nowhere is an error."""
    session.install("--editable", ".[docs]")
    session.run("mkdocs", "build", "--strict", *session.posargs)


@nox.session
def mutants(session: nox.Session) -> None:
    """Break the code on purpose and count how often a test turns red."""
    session.install("--editable", ".[test]")
    session.run("python", "benchmarks/mutants.py", *session.posargs)


@nox.session
def benchmarks(session: nox.Session) -> None:
    """Run every benchmark."""
    session.install("--editable", ".[bench]")
    session.run("python", "benchmarks/all.py", *session.posargs)
