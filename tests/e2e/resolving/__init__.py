"""What Python imports at its start from a folder in PYTHONPATH; see raw_files.py."""
