/* The contract of a new call: one process reads, and the count grows by as much. */
#include "types.h"
#include "stat.h"
#include "user.h"

#define READS 50

int
main(int argc, char *argv[])
{
  int before, after, i;
  char c;

  before = getreadcount();
  for(i = 0; i < READS; i++)
    read(4, &c, 1);     /* not open: it counts all the same */
  after = getreadcount();
  printf(1, "XV6_TEST_OUTPUT %d %d\n", after - before, getreadcount() - after);
  exit();
}
