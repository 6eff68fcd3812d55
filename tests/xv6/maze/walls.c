#include "types.h"
#include "maze.h"

static const uchar rows[] = { 0x80, 0xbc, 0x84, 0xa4 };

int
wall(int x, int y)
{
  return y > 3 || x > 7 || (rows[y] >> x & 1);
}
