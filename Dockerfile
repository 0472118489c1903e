# The gallery and the commands; the store is a volume. TORCH_INDEX names the index of PyTorch's CPU
# builds, as PyTorch's install page gives it: without it the image has the libraries for GPUs too.
FROM python:3.12-slim
ARG TORCH_INDEX

RUN pip install --no-cache-dir torch torchvision ${TORCH_INDEX:+--index-url "$TORCH_INDEX"}

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
    STREAMLIT_SERVER_HEADLESS=true
VOLUME /store
EXPOSE 8501
HEALTHCHECK --start-period=30s CMD ["python", "-c", \
    "from urllib.request import urlopen; urlopen('http://localhost:8501/_stcore/health', timeout=5)"]
CMD ["artextract", "app", "--host", "0.0.0.0"]
