"""Puts the kit into the plugin in the working folder: a plugin's folder holds all that it runs.

    python3 PATH/TO/pdk/python/vendor.py
"""
import pathlib
import shutil

source = pathlib.Path(__file__).resolve().parent / "dougong"
target = pathlib.Path.cwd() / "dougong"
if target.is_symlink() or target.exists() and not (target / "_boot.py").exists():
    raise SystemExit(f"{target} is there and is not the kit; move it away")
if target != source:
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(source.parent / "dougong_frames.py", target.parent)
