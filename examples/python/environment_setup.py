"""Point Hugging Face's Python libraries at the vault, and see whether it answers.

    python environment_setup.py

Other examples import this module first: the endpoint must be set before huggingface_hub, transformers or datasets are
imported, because they read it once. HF_ENDPOINT from outside goes first.
"""

import os
import urllib.parse
import urllib.request

# Scheme, host, port and the backend's prefix; no slash at the end.
os.environ.setdefault("HF_ENDPOINT", "http://localhost:8080/huggingface")

ENDPOINT = os.environ["HF_ENDPOINT"]


def vault_is_up() -> bool:
    """Ask /healthz, which is at the root of the vault's port and not below the prefix."""
    parts = urllib.parse.urlsplit(ENDPOINT)
    try:
        with urllib.request.urlopen(f"{parts.scheme}://{parts.netloc}/healthz", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


if __name__ == "__main__":
    print("endpoint:", ENDPOINT)
    print("vault is up:", vault_is_up())
    try:
        from huggingface_hub import constants
    except ImportError:
        print("huggingface_hub is not installed: pip install huggingface_hub")
    else:
        print("huggingface_hub will ask:", constants.ENDPOINT)
