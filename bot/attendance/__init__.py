"""The register: who was there."""
