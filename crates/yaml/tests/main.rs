//! YAML is read and written as by helm and kubectl.

mod values;
mod writer;
