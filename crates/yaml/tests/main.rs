//! YAML is read and written as by helm and kubectl.

mod lines;
mod raw;
mod values;
mod writer;
