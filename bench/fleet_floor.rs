//! The floor of `gitops`: only writes prepared files for N clusters.
//!
//!     fleet_floor READY OUT N
//!
//! READY is the folder of one cluster. Its files are read once and written N times, below OUT/cluster-<number>.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [ready, out, clusters] = arguments.as_slice() else { return Err("expected READY OUT N".into()) };
    let (mut folders, mut files) = (Vec::new(), Vec::new());
    read(Path::new(ready), Path::new(""), &mut folders, &mut files)?;
    for number in 0..clusters.parse::<usize>()? {
        let cluster = Path::new(out).join(format!("cluster-{number:05}"));
        fs::create_dir_all(&cluster)?;
        for folder in &folders {
            fs::create_dir(cluster.join(folder))?;
        }
        for (path, bytes) in &files {
            fs::write(cluster.join(path), bytes)?;
        }
    }
    Ok(())
}

type Files = Vec<(PathBuf, Vec<u8>)>;

fn read(root: &Path, below: &Path, folders: &mut Vec<PathBuf>, files: &mut Files) -> std::io::Result<()> {
    for entry in fs::read_dir(root.join(below))? {
        let entry = entry?;
        let path = below.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            folders.push(path.clone());
            read(root, &path, folders, files)?;
        } else {
            files.push((path, fs::read(entry.path())?));
        }
    }
    Ok(())
}
