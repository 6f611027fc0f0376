//! YAML 1.1 text as Helm reads it.
