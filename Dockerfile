# Two images: `service` (the default target) answers requests; `trainer` learns from order lines and publishes bundles.
# They share nothing but the registry, on one volume.

FROM python:3.13-slim AS wheel
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
COPY requirements/build.txt requirements/
RUN pip install --no-deps --require-hashes -r requirements/build.txt
COPY pyproject.toml LICENSE ./
COPY models/ models/
COPY recsvc/ recsvc/
COPY training/ training/
RUN pip wheel --no-deps --no-build-isolation --wheel-dir /wheels .

FROM python:3.13-slim AS service-environment
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PATH=/opt/recsvc/bin:$PATH
WORKDIR /src
RUN python -m venv /opt/recsvc
COPY requirements/service.txt requirements/postgres.txt requirements/
RUN pip install --no-deps --require-hashes -r requirements/service.txt \
    && pip install --no-deps --require-hashes -r requirements/postgres.txt
COPY --from=wheel /wheels /wheels
RUN pip install --no-deps /wheels/*.whl

FROM service-environment AS trainer-environment
COPY requirements/train.txt requirements/
RUN pip install --no-deps --require-hashes -r requirements/train.txt

FROM python:3.13-slim AS base
# A fixed number, so that a volume's files belong to the same user in both images.
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin recsvc \
    && install --directory --owner recsvc --group recsvc /srv/recsvc
ENV PATH=/opt/recsvc/bin:$PATH PYTHONUNBUFFERED=1 RECSVC_REGISTRY=/srv/recsvc/registry
WORKDIR /srv/recsvc

FROM base AS trainer
# LightGBM needs GCC's OpenMP. The base image decides which of Debian's versions.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libgomp1 \
    && rm -rf /var/lib/apt/lists/*
COPY --from=trainer-environment /opt/recsvc /opt/recsvc
USER 10001
VOLUME /srv/recsvc
ENTRYPOINT ["recsvc-train"]
CMD ["--help"]

FROM base AS service
COPY --from=service-environment /opt/recsvc /opt/recsvc
USER 10001
VOLUME /srv/recsvc
ENV RECSVC_HOST=0.0.0.0 RECSVC_PORT=8000
EXPOSE 8000
# Alive, not ready: a service that waits for its first bundle must not be restarted for it.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"RECSVC_PORT\"]}/healthz', timeout=2)"]
ENTRYPOINT ["recsvc"]
CMD ["serve"]
