"""Check that each module reaches its floor of coverage: `tool.coverage-floors` in pyproject.toml."""

from fnmatch import fnmatch
import json
from pathlib import Path
import sys
import tempfile
import tomllib

from coverage import Coverage

PACKAGE = Path("custom_components/zender")


def measured() -> dict[str, float]:
    """Return the per cent that each module of the package reached in the last run."""
    coverage = Coverage()
    coverage.load()
    with tempfile.NamedTemporaryFile() as report:
        coverage.json_report(outfile=report.name)
        files = json.load(report)["files"]
    return {
        str(Path(name).relative_to(PACKAGE)): file["summary"]["percent_covered"]
        for name, file in files.items()
    }


def floor(module: str, floors: dict[str, float]) -> float:
    """Return the floor of a module: the last pattern that matches counts."""
    return [value for pattern, value in floors.items() if fnmatch(module, pattern)][-1]


def main() -> int:
    """Name the modules below their floor."""
    settings = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))
    floors = settings["tool"]["coverage-floors"]
    below = [
        f"{PACKAGE / module}: {per_cent:.1f} %, at least {floor(module, floors)} %"
        for module, per_cent in measured().items()
        if per_cent < floor(module, floors)
    ]
    print("\n".join(below or ["Every module reaches its floor of coverage."]))
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main())
