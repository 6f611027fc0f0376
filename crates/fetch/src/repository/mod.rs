//! Chart repositories: `repositories.yaml` and `index.yaml`.
