//! Links the program at a fixed address, as Go links helm and kubectl on Linux.
//!
//! Types of every Kubernetes kind bring 14,000 addresses in tables. A program that may be loaded anywhere has to patch
//! them all at each start, and each page that they are on is copied: a sixth of the time of `mkmanifests ray`. Stack,
//! heap and libraries keep their random addresses.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let target = |part: &str| std::env::var(format!("CARGO_CFG_TARGET_{part}")).unwrap_or_default();
    // musl's programs are linked another way, and other systems want such programs.
    if target("OS") == "linux" && target("ENV") == "gnu" {
        println!("cargo:rustc-link-arg-bins=-no-pie");
        println!("cargo:rustc-link-arg-examples=-no-pie");
    }
}
