"""Commands of GDB that draw what is in the running kernel."""
