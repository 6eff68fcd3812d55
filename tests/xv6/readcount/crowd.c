/* The same with four processes at once: no read is lost in the count. */
#include "kernel/types.h"
#include "kernel/stat.h"
#include "user/user.h"

int
main(void)
{
  int before = getreadcount(), child, i;
  char c;

  for(child = 0; child < 4; child++){
    if(fork() == 0){
      for(i = 0; i < 20000; i++)
        read(-1, &c, 1);
      exit(0);
    }
  }
  for(child = 0; child < 4; child++)
    wait(0);
  printf("XV6_TEST_OUTPUT %d\n", getreadcount() - before);
  exit(0);
}
