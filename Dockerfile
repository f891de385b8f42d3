# The dashboard as an image: docker build -t token-usage . && docker run --read-only --tmpfs /tmp -v usage:/data
# -p 127.0.0.1:8501:8501 token-usage
FROM python:3.11-slim-bookworm AS build
WORKDIR /build
COPY requirements.lock ./
# Every file that is installed has one of the hashes in the lock.
RUN python -m venv /opt/venv \
    && /opt/venv/bin/python -m pip install --no-cache-dir --no-deps --only-binary :all: --require-hashes -r requirements.lock \
    && /opt/venv/bin/python -m pip uninstall --yes pip setuptools \
    && /opt/venv/bin/python -m compileall -q /opt/venv

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin usage \
    && install -d -o usage -g usage -m 0700 /data
COPY --from=build /opt/venv /opt/venv
WORKDIR /app
COPY app.py ./
COPY .streamlit/config.toml .streamlit/config.toml
COPY static static
COPY components components
COPY data data
RUN python -m compileall -q /app
USER 10001:10001
# The root file system may be read-only: datasets are in /data, what is read at the moment in /tmp.
ENV PATH=/opt/venv/bin:$PATH \
    HOME=/tmp \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    STREAMLIT_SERVER_ADDRESS=0.0.0.0 \
    STREAMLIT_SERVER_HEADLESS=true \
    USAGE_STORE_URL=file:///data/datasets \
    USAGE_CACHE_DIR=/tmp/cache
VOLUME /data
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]
CMD ["python", "-m", "streamlit", "run", "app.py"]
