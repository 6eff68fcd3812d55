/* What worked before the lab, as numbers: files, processes, pipes, leaks. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab.h"
#include "room.h"

enum { BYTES = 3000, ROUNDS = 3 };

struct input {
    int factor, status;
};

/* labs/lib/tests/base.pl reads these numbers in this order. */
struct seen {
    int file_sum, pipe_sum;     // sums of the bytes read back
    int status;                 // of a child
    int wrong_pid;              // 0 if wait named the child
    struct room before, after;
};

static struct input input;
static unsigned char bytes[BYTES];

static int
sum(void)
{
    int total = 0;

    for (int i = 0; i < BYTES; i++)
        total = total * 31 + bytes[i];
    return total;
}

static void
fill(void)
{
    for (int i = 0; i < BYTES; i++)
        bytes[i] = (unsigned char)(i * input.factor >> 3);
}

static int
file_sum(void)
{
    fill();
    mkdir("/lab");
    int fd = open("/lab/file", O_RDWR | O_CREATE | O_TRUNC);
    write(fd, bytes, BYTES);
    close(fd);
    memset(bytes, 0, BYTES);
    fd = open("/lab/file", O_RDONLY);
    // Whoever has it open still reads it, and the last close frees it.
    unlink("/lab/file");
    read(fd, bytes, BYTES);
    close(fd);
    unlink("/lab");
    return sum();
}

static int
pipe_sum(void)
{
    int fds[2], at = 0;

    fill();
    pipe(fds);
    if (fork() == 0) {
        for (int i = 0; i < BYTES; i += 100)
            write(fds[1], bytes + i, 100);
        exit(0);
    }
    close(fds[1]);
    memset(bytes, 0, BYTES);
    while (at < BYTES) {
        int n = read(fds[0], bytes + at, (size_t)(BYTES - at));
        if (n <= 0)
            break;
        at += n;
    }
    close(fds[0]);
    wait(NULL);
    return sum();
}

/* A child executes this program anew, which ends with the status given. */
static void
run_child(struct seen *seen)
{
    char status[2] = { (char)input.status, '\0' };
    char *argv[] = { "/init", status, NULL };
    int pid = fork();

    if (pid == 0) {
        sbrk(5 * 4096);
        exec("/nobody", argv);
        exec(argv[0], argv);
        exit(0);
    }
    seen->wrong_pid = wait(&seen->status) - pid;
}

int
main(int argc, char *argv[])
{
    struct seen seen = { 0 };

    if (argc == 2)
        return argv[1][0];
    lab_stop(LAB_INPUT, &input, sizeof(input));
    for (int round = 0; round < ROUNDS; round++) {
        if (round == ROUNDS - 1)
            room_measure(&seen.before);
        seen.file_sum = file_sum();
        seen.pipe_sum = pipe_sum();
        run_child(&seen);
    }
    room_measure(&seen.after);
    lab_stop(LAB_REPORT, &seen, sizeof(seen));
    lab_stop(LAB_END, NULL, 0);
    return 0;
}
