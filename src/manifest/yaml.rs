//! Nodes as YAML text, as kubectl prints them.
