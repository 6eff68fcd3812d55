/* Two files in one program, in xv6-public's dialect: see walls.c. */
#include "types.h"
#include "user.h"
#include "maze.h"

int
main(void)
{
  int steps = 0, x = 0, y = 0;

  while(!wall(x + 1, y)){
    x++;
    steps++;
  }
  while(!wall(x, y + 1)){
    y++;
    steps++;
  }
  printf(1, "maze: %d steps to %d,%d\n", steps, x, y);
  exit();
}
