//! Tests Go templates with the functions of Sprig and Helm against the real Helm.

mod functions;
mod language;
mod object;
mod random;
mod robust;
mod sprig;
