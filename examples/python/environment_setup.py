"""Point Hugging Face's Python libraries at the vault, and check that it is up.

    python environment_setup.py

The other examples import this module first: HF_ENDPOINT must be set before huggingface_hub, transformers or datasets
are imported, because they read it once. A value that is already set takes precedence.
"""

import os
import urllib.parse
import urllib.request

# Scheme, host, port and the backend's prefix; no slash at the end.
os.environ.setdefault("HF_ENDPOINT", "http://localhost:8080/huggingface")

ENDPOINT = os.environ["HF_ENDPOINT"]


def vault_is_up() -> bool:
    """Request /healthz, which is at the root of the vault's port, not below the prefix."""
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
        print("huggingface_hub uses:", constants.ENDPOINT)
