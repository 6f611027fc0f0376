//! YAML is read and written as by helm and kubectl.

mod lines;
mod nodes;
mod raw;
mod values;
mod writer;
