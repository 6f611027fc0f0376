//! Links the program at a fixed address and with the C library in it, as Go links helm and kubectl on Linux.
//!
//! A fixed address: types of every Kubernetes kind bring 14,000 addresses in tables. A program that may be loaded
//! anywhere has to patch them all at each start, and each page that they are on is copied: a sixth of the time of
//! `mkmanifests ray`. Stack and heap keep their random addresses.
//!
//! The C library: a program that needs none can be copied into any image, and starts in 0.6 ms less, a quarter of the
//! time of `mkmanifests ray`. Rust's own way, `-C target-feature=+crt-static`, has to be asked for by whoever builds, and
//! together with `--target`, since macros are libraries that are loaded. So here the linker gets a folder in which the
//! names of the system's libraries are those of their archives. `MKMANIFESTS_DYNAMIC` in the environment leaves that out.
//!
//! Functions that are the same to the byte are there once: a twentieth of them, as many types are read alike.

use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

/// What Rust's standard library and the crate `libc` link on GNU's systems, and the archive with the same in it.
const LIBRARIES: [(&str, &str); 8] = [
    ("c", "libc.a"),
    ("dl", "libdl.a"),
    ("gcc", "libgcc.a"),
    ("gcc_s", "libgcc_eh.a"),
    ("m", "libm.a"),
    ("pthread", "libpthread.a"),
    ("rt", "librt.a"),
    ("util", "libutil.a"),
];

/// Where Rust brings its own linker, which looks for names in archives whatever their order is.
const TARGET: &str = "x86_64-unknown-linux-gnu";

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let target = |part: &str| env::var(format!("CARGO_CFG_TARGET_{part}")).unwrap_or_default();
    // musl's programs are linked another way, and other systems want such programs.
    if target("OS") != "linux" || target("ENV") != "gnu" {
        return;
    }
    link("-no-pie");
    if let Some(folder) = archives() {
        link(&format!("-L{}", folder.display()));
        link("-static");
        link("-Wl,--icf=all");
    }
}

fn link(argument: &str) {
    println!("cargo:rustc-link-arg-bins={argument}");
    println!("cargo:rustc-link-arg-examples={argument}");
}

/// A folder with the archives; none where the program is to be linked as usual.
fn archives() -> Option<PathBuf> {
    println!("cargo:rerun-if-env-changed=MKMANIFESTS_DYNAMIC");
    let text = |name: &str| env::var(name).unwrap_or_default();
    // Whoever says how to link knows better.
    let flags = text("CARGO_ENCODED_RUSTFLAGS");
    let told = ["link", "-static"].iter().any(|word| flags.contains(word)) || env::var_os("RUSTC_LINKER").is_some();
    let here = text("TARGET") == TARGET && text("HOST") == TARGET;
    // What is built for tests is linked sooner without.
    if told || env::var_os("MKMANIFESTS_DYNAMIC").is_some() || !here || text("PROFILE") != "release" {
        return None;
    }
    let found: Vec<(&str, PathBuf)> =
        LIBRARIES.iter().map(|(name, file)| Some((*name, archive(file)?))).collect::<Option<_>>()?;
    let folder = PathBuf::from(env::var_os("OUT_DIR")?).join("archives");
    // What is there from a build before may be links to the archives themselves.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).ok()?;
    found.iter().try_for_each(|(name, path)| fs::copy(path, folder.join(format!("lib{name}.a"))).map(drop)).ok()?;
    Some(folder)
}

/// Where the C compiler, which Rust links by, has an archive.
fn archive(file: &str) -> Option<PathBuf> {
    let output = Command::new("cc").arg(format!("-print-file-name={file}")).output().ok()?;
    let path = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim());
    // It says the bare name of what it has not.
    (path.is_absolute() && path.is_file()).then_some(path)
}
