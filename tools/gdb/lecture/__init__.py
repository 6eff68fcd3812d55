"""The lectures' player; lecture.py beside this folder starts it."""
