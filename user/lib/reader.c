/* Buffered reading. */
#include "reader.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

void
reader_open(struct reader *reader, int fd)
{
    reader->fd = fd;
    reader->failed = false;
    reader->next = 0;
    reader->end = 0;
    reader->line = NULL;
    reader->room = 0;
}

void
reader_close(struct reader *reader)
{
    lseek(reader->fd, reader->next - reader->end, SEEK_CUR);
    reader->next = reader->end;
    free(reader->line);
    reader->line = NULL;
    reader->room = 0;
}

int
reader_char(struct reader *reader)
{
    if (reader->next == reader->end) {
        int n = read(reader->fd, reader->buf, sizeof reader->buf);
        if (n < 0)
            reader->failed = true;
        if (n <= 0)
            return -1;
        reader->next = 0;
        reader->end = n;
    }
    return (unsigned char)reader->buf[reader->next++];
}

/* Makes room for `need` bytes.  Doubles, so that long lines cost little. */
static bool
reserve(struct reader *reader, size_t need)
{
    if (need <= reader->room)
        return true;

    size_t room = reader->room > 0 ? reader->room * 2 : 128;
    char *line = realloc(reader->line, room);
    if (line == NULL) {
        reader->failed = true;
        return false;
    }
    reader->line = line;
    reader->room = room;
    return true;
}

char *
reader_line(struct reader *reader, size_t *length)
{
    size_t n = 0;
    int c = reader_char(reader);

    if (c < 0)
        return NULL;
    while (c >= 0 && c != '\n') {
        if (!reserve(reader, n + 2))
            return NULL;
        reader->line[n++] = (char)c;
        c = reader_char(reader);
    }
    if (reader->failed || !reserve(reader, n + 1))
        return NULL;
    reader->line[n] = '\0';
    if (length != NULL)
        *length = n;
    return reader->line;
}
