# The portal in a container: one static binary, no shell, not root.
#   docker build -t znak .
# Settings come as environment variables; see docs/operations.md, "In a container".
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=1 go build -trimpath -buildvcs=false -tags 'netgo osusergo timetzdata sqlite_omit_load_extension' \
	-ldflags '-s -w -linkmode external -extldflags "-static"' -o /out/znak ./app \
	&& install -d -m 700 /out/data /out/keys

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build --chown=65532:65532 /out/data /data
COPY --from=build --chown=65532:65532 /out/keys /keys
COPY --from=build /out/znak /znak
USER 65532:65532
ENV ZNAK_ADDR=:8080 ZNAK_DATABASE_URL=sqlite:/data/znak.db ZNAK_KEYS_FILE=/keys/keys.json ZNAK_LOG_FORMAT=json
WORKDIR /data
VOLUME ["/data", "/keys"]
EXPOSE 8080
ENTRYPOINT ["/znak"]
CMD ["serve"]
