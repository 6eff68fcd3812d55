/*
 * A program in xv6-riscv's dialect: headers with their folders, exit and wait
 * with a status, printf to the output, fprintf elsewhere.
 */
#include "kernel/types.h"
#include "kernel/stat.h"
#include "kernel/fcntl.h"
#include "kernel/fs.h"
#include "kernel/param.h"
#include "kernel/syscall.h"
#include "kernel/memlayout.h"
#include "kernel/riscv.h"
#include "user/user.h"

/* A chain of processes: each takes a number from its left and adds its own. */
static int
relay(int depth, int in)
{
  int p[2], value, status;

  if(read(in, &value, sizeof(value)) != sizeof(value))
    return 100;
  close(in);
  value += depth;
  if(depth == 0){
    printf("relay: %d\n", value);
    return 0;
  }
  pipe(p);
  if(fork() == 0){
    close(p[1]);
    exit(relay(depth - 1, p[0]));
  }
  close(p[0]);
  write(p[1], &value, sizeof(value));
  close(p[1]);
  wait(&status);
  return status + 1;
}

int
main(int argc, char *argv[])
{
  int p[2], start = 1000, status = -1, pid, fd;
  char *args[] = { "echo", "run", "by", "exec", 0 };
  char name[DIRSIZ + 1];
  uint64 big = 1;
  struct stat st;

  pipe(p);
  write(p[1], &start, sizeof(start));
  close(p[1]);
  printf("depth %d\n", relay(6, p[0]));

  pid = fork();
  if(pid == 0){
    exec("echo", args);
    fprintf(2, "relay: exec failed\n");
    exit(1);
  }
  printf("same %d ", wait(&status) == pid);
  printf("status %d\n", status);

  if((fd = open("relay.txt", O_CREATE | O_TRUNC | O_WRONLY)) < 0)
    exit(2);
  fprintf(fd, "%s %d %x %p %c%%\n", "text", -7, 255, (void *)16, 'c');
  close(fd);
  stat("relay.txt", &st);
  fd = open("relay.txt", O_RDONLY);
  memset(name, 0, sizeof(name));
  printf("file %d %d\n", st.size > 10, read(fd, name, 10));
  printf("<%s>\n", name);
  close(fd);
  unlink("relay.txt");

  printf("page %d %d %d\n", PGSIZE, (int)PGROUNDUP(5000), (int)PGROUNDDOWN(5000));
  printf("limits %d %d %d\n", NOFILE >= 16, MAXARG >= 32, SYS_write);
  big <<= 40;
  printf("wide %d %d\n", (int)(big >> 38), (int)sizeof(uint64));
  pid = fork();
  if(pid == 0)
    for(;;)
      sleep(1000);
  kill(pid);
  wait(&status);
  printf("killed %d\n", status != 0);
  printf("memcmp %d atoi %d\n", memcmp("abc", "abd", 3) < 0, atoi("77"));
  exit(argc - 1);
}
