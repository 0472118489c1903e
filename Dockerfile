# The gallery and the commands, with PyTorch's CPU build. The store is a volume.
FROM python:3.12-slim

RUN pip install --no-cache-dir torch torchvision --index-url https://download.pytorch.org/whl/cpu

WORKDIR /build
COPY pyproject.toml README.md LICENSE ./
COPY .streamlit .streamlit
COPY app app
COPY artextract artextract
RUN pip install --no-cache-dir '.[app]' && rm -rf /build

RUN useradd --create-home artextract && mkdir /store && chown artextract /store
USER artextract
WORKDIR /home/artextract
ENV ARTEXTRACT_STORE=/store \
    STREAMLIT_SERVER_ADDRESS=0.0.0.0 \
    STREAMLIT_SERVER_HEADLESS=true
VOLUME /store
EXPOSE 8501
HEALTHCHECK --start-period=30s CMD ["python", "-c", \
    "from urllib.request import urlopen; urlopen('http://localhost:8501/_stcore/health', timeout=5)"]
CMD ["artextract", "app"]
