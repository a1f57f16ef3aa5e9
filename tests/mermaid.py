"""Mermaid itself, in a headless Chromium: what it makes of a flowchart.

BACKPROP_MERMAID says where `mermaid.min.js` is, as `npm install mermaid` brings it in `dist`.
"""

import json
import os
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import needs
import pytest

SCRIPT = Path(os.environ.get("BACKPROP_MERMAID") or "mermaid.min.js")
needed = pytest.mark.skipif(
    not (SCRIPT.is_file() or needs.ALL), reason="needs mermaid: BACKPROP_MERMAID=…/mermaid.min.js"
)

_PAGE = """<!doctype html><meta charset="utf-8"><body><script src="SCRIPT"></script><script>
const charts = CHARTS, told = {};
mermaid.initialize({startOnLoad: false, securityLevel: "strict", logLevel: 5});
window.alert = () => { told.alert = true; };
(async () => {
  for (const [name, text] of Object.entries(charts)) {
    try {
      const place = document.createElement("div");
      place.innerHTML = (await mermaid.render("chart" + name, text)).svg;
      document.body.append(place);
      const labels = [...place.querySelectorAll(".nodeLabel, .edgeLabel p")];
      told[name] = {
        labels: labels.map(label => label.textContent.trim()),
        scripts: place.querySelectorAll("script, a, img, iframe").length,
      };
    } catch (error) { told[name] = {error: String(error)}; }
  }
  const out = document.createElement("pre");
  out.id = "told";
  out.textContent = JSON.stringify(told);
  document.body.append(out);
})();
</script>"""


def rendered(charts: dict[str, str], folder: Path) -> dict[str, Any]:
    """What Mermaid shows of each chart: its labels, or the error; all in one browser."""
    assert SCRIPT.is_file(), f"there is no {SCRIPT}"
    page = folder / "page.html"
    listed = json.dumps(charts).replace("<", "\\u003c")
    text = _PAGE.replace("CHARTS", listed).replace("SCRIPT", SCRIPT.resolve().as_uri())
    page.write_text(text, encoding="utf-8")
    chromium = shutil.which("chromium") or shutil.which("google-chrome") or "chromium"
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    options += [f"--user-data-dir={folder / 'profile'}", "--virtual-time-budget=60000"]
    done = subprocess.run(
        [chromium, *options, "--dump-dom", page.as_uri()],
        capture_output=True,
        check=True,
        timeout=100,
    )
    found = re.search(r'<pre id="told">(.*?)</pre>', done.stdout.decode(), re.DOTALL)
    assert found, done.stderr[-1000:]
    told: dict[str, Any] = json.loads(unescape(found[1]))
    return told
