//! Go templates with the functions of Sprig and Helm, as the real helm runs them.

mod functions;
mod language;
mod object;
mod random;
mod robust;
mod sprig;
