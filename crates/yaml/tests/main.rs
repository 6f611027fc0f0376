//! YAML is read and written as by helm and kubectl.

mod lines;
mod values;
mod writer;
