"""Cut the fonts of PNG pictures to the letters that they need: python docs/fonts.py FOLDER

FOLDER has the DejaVu fonts, version 2.37; needs the package fonttools.
"""

import subprocess
import sys
from pathlib import Path

from backprop_cli.views.picture.png import FONTS

LETTERS = (
    "U+20-7E,U+A0-17F,U+370-3FF,U+1D40,U+2010-2026,U+2032,U+2070-2094,U+2190-2194,U+2202,U+2207,"
    "U+2208,U+2211,U+2212,U+2016,U+221A,U+221E,U+2225,U+2248,U+2260,U+2264,U+2265,U+2299,U+22A4"
)
TARGET = Path(__file__).resolve().parent.parent / "backprop_cli" / "views" / "picture" / "fonts"

for name in FONTS.split():
    command = [sys.executable, "-m", "fontTools.subset", f"{sys.argv[1]}/{name}.ttf"]
    options = [f"--unicodes={LETTERS}", "--layout-features=kern,mark", "--no-hinting"]
    subprocess.run([*command, *options, f"--output-file={TARGET / name}.ttf"], check=True)
