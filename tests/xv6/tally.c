/*
 * A program in xv6-public's dialect: exit and wait without a status, printf with
 * a descriptor first.  Children report over a pipe; the parent adds up.
 */
#include "types.h"
#include "stat.h"
#include "user.h"
#include "fcntl.h"
#include "fs.h"
#include "param.h"
#include "syscall.h"
#include "traps.h"
#include "memlayout.h"

#define WORKERS 5

struct report {
  int who;
  uint square;
};

void
worker(int fd, int who)
{
  struct report r;
  r.who = who;
  r.square = who * who;
  if(write(fd, &r, sizeof(r)) != sizeof(r))
    printf(2, "worker %d cannot report\n", who);
  exit();
}

/* How the files of the current folder look from here: an old-style reader. */
int
entries(char *path)
{
  int fd, n = 0;
  struct dirent de;
  struct stat st;

  if((fd = open(path, O_RDONLY)) < 0)
    return -1;
  if(fstat(fd, &st) < 0 || st.type != T_DIR)
    return -2;
  while(read(fd, &de, sizeof(de)) == sizeof(de)){
    if(de.inum == 0)
      continue;
    n++;
  }
  close(fd);
  return n;
}

int
main(int argc, char *argv[])
{
  int p[2], i, seen = 0;
  uint sum = 0;
  char buf[32];
  char *heap;
  struct report r;
  struct stat st;

  printf(1, "%s: %d arguments\n", argv[0], argc - 1);
  pipe(p);
  for(i = 1; i <= WORKERS; i++)
    if(fork() == 0)
      worker(p[1], i);
  close(p[1]);
  while(read(p[0], &r, sizeof(r)) == sizeof(r)){
    sum += r.square;
    seen |= 1 << r.who;
  }
  for(i = 0; i < WORKERS; i++)
    wait();
  printf(1, "sum %d seen %x wait %d\n", sum, seen, wait());

  mkdir("tally.d");
  i = open("tally.d/x", O_CREATE | O_RDWR);
  write(i, "0123456789", 10);
  close(i);
  link("tally.d/x", "tally.d/y");
  printf(1, "entries %d\n", entries("tally.d"));
  stat("tally.d/x", &st);
  printf(1, "type %d links %d size %d\n", st.type, st.nlink, st.size);
  unlink("tally.d/x");
  unlink("tally.d/y");
  unlink("tally.d");
  printf(1, "gone %d\n", open("tally.d/x", O_RDONLY));

  heap = malloc(10000);
  memset(heap, 'h', 9999);
  heap[9999] = 0;
  printf(1, "%d %c %s|%x|%p|%%\n", strlen(heap), heap[9998], strchr("a/b/c", '/'),
         0xbeef, 0x1234);
  free(heap);
  strcpy(buf, "thirty");
  printf(1, "%d %d %d\n", strcmp(buf, "thirty"), atoi("42 and more"),
         strcmp("a", "b") < 0);
  memmove(buf + 2, buf, 5);
  printf(1, "%s %d %d\n", buf, KERNBASE == 0x80000000, SYS_fork + T_SYSCALL);
  printf(1, "line: ");
  gets(buf, sizeof(buf));
  buf[strlen(buf) - 1] = 0;
  printf(1, "got <%s> %d %d\n", buf, sbrk(0) == sbrk(4096), uptime() >= 0);
  exit();
}
