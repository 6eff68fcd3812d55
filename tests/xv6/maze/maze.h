int wall(int x, int y);
