/* A program of a C and an assembly file, in xv6-riscv's dialect: see next.S. */
#include "kernel/types.h"
#include "user/user.h"

int next(int);

int
main(void)
{
  int seen = 0, i = 0;

  do {
    seen++;
    i = next(i);
  } while(i != 0);
  printf("ring of %d\n", seen);
  exit(0);
}
