# The image: the static program alone, also under the name `helm`. It contains the certificates of Mozilla. It runs as a user
# without rights, and its root file system can be read-only.
#
#   dist/image "$(dist/static)" target/image
#   docker build --tag mkmanifests target/image --file Dockerfile
#
# With `--target argocd`, it is the sidecar of Argo CD instead, which needs a shell (docs/drop-in.md). It runs nothing while it
# is built, so that one machine builds it for all processors.

FROM busybox:1.37 AS argocd
ARG TARGETARCH
COPY $TARGETARCH/ /
COPY plugin.yaml /home/argocd/cmp-server/config/plugin.yaml
ENV HOME=/tmp
USER 999:999

FROM scratch AS program
ARG TARGETARCH
COPY $TARGETARCH/ /
# What is downloaded is stored below HOME.
ENV PATH=/usr/local/bin HOME=/tmp
WORKDIR /work
USER 65532:65532
ENTRYPOINT ["mkmanifests"]
