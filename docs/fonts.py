"""Cut the fonts of PNG pictures to the letters that they need: python docs/fonts.py FOLDER

FOLDER has the DejaVu fonts, version 2.37; needs the package fonttools.
"""

import subprocess
import sys
from pathlib import Path

from backprop_cli.render.picture.letters import FONTS, RANGES

TARGET = Path(__file__).resolve().parent.parent / "backprop_cli" / "render" / "picture" / "fonts"

for name in FONTS.split():
    command = [sys.executable, "-m", "fontTools.subset", f"{sys.argv[1]}/{name}.ttf"]
    letters = ",".join(f"U+{text}" for text in RANGES)
    options = [f"--unicodes={letters}", "--layout-features=kern,mark", "--no-hinting"]
    subprocess.run([*command, *options, f"--output-file={TARGET / name}.ttf"], check=True)
