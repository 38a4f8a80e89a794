# Plum as a container: built with locked, hashed packages; runs as nobody in particular on a read-only root.
#   docker build -t plum .                                          the bot and the worker, with speech to text
#   docker build -t plum --build-arg LAYERS="base postgres" .       without it, 400 MB smaller
ARG PYTHON=3.11

FROM python:${PYTHON}-slim-trixie AS build
ARG LAYERS="base postgres audio"
ENV UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy PYTHONDONTWRITEBYTECODE=
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
WORKDIR /src
COPY requirements requirements
RUN python -m venv /opt/uv \
    && /opt/uv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/uv.txt
# Two environments: what builds the project stays here, what runs it is copied on.
RUN for layer in ${LAYERS}; do layers+=(-r "requirements/${layer}.txt"); done \
    && /opt/uv/bin/uv venv --quiet /opt/build && /opt/uv/bin/uv venv --quiet /opt/plum \
    && /opt/uv/bin/uv pip install --no-cache --python /opt/build --require-hashes -r requirements/build.txt \
    && /opt/uv/bin/uv pip install --no-cache --python /opt/plum --require-hashes --compile-bytecode "${layers[@]}"
COPY pyproject.toml LICENSE README.md ./
COPY tools tools
COPY src src
RUN for texts in src/plumbot/locales/*/LC_MESSAGES/*.po; do /opt/build/bin/python tools/catalogs.py compile "${texts}"; done \
    && /opt/uv/bin/uv build --quiet --wheel --no-build-isolation --python /opt/build --out-dir /tmp/dist \
    && /opt/uv/bin/uv pip install --no-cache --python /opt/plum --no-deps --compile-bytecode /tmp/dist/*.whl

FROM python:${PYTHON}-slim-trixie
ARG VERSION=dev
LABEL org.opencontainers.image.title="Plum" \
      org.opencontainers.image.description="The self-hosted Telegram bot of a private club" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}"
# pg_dump and pg_restore for backups: Debian keeps one version of them a release, which the database's image follows.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends postgresql-client \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --home-dir /data --shell /usr/sbin/nologin plum \
    && install -d -o plum -g plum -m 0700 /data
COPY --from=build /opt/plum /opt/plum
ENV PATH=/opt/plum/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PLUM_STORAGE__MEDIA_DIR=/data/media \
    PLUM_BACKUP__DIR=/data/backups \
    PLUM_HTTP__HOST=0.0.0.0 \
    PLUM_LOG__FORMAT=json
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080 8081 8443
STOPSIGNAL SIGTERM
# Alive means that the loop turns; whether it is ready is for whoever routes traffic to ask.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f\"http://127.0.0.1:{os.environ.get('PLUM_HTTP__PORT') or 8080}/health/live\", timeout=4)"]
ENTRYPOINT ["plumbot"]
CMD ["run"]
