# All that building, running and testing Lectern needs:
#
#     docker build -t lectern .
#     docker run -it --rm -v "$PWD:/lectern" lectern make qemu
FROM debian:12
RUN apt-get update && \
    apt-get install -y --no-install-recommends make ca-certificates git
WORKDIR /lectern
COPY tools/ tools/
RUN tools/setup
