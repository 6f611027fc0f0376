//! YAML as helm and kubectl read and write it.

mod values;
mod writer;
