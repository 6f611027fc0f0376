//! Unpacks an archive into a folder, in which it is linted.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use mkmanifests_yaml::diagnostic::{Sources, io_reason};

use crate::limits::Budget;
use crate::{archive, load_files};

/// Unpacks an archive below `folder`, and returns the chart's folder.
///
/// # Errors
/// Helm's text: data that is not an archive of a chart, or a file that cannot be written.
pub fn expand(packed: &[u8], folder: &Path) -> Result<PathBuf, String> {
    if !packed.starts_with(b"\x1F\x8B") {
        return Err(if packed.is_empty() { "EOF" } else { "gzip: invalid header" }.to_owned());
    }
    let files = archive::files(packed, &mut Budget::default()).map_err(|diagnostic| diagnostic.reason)?;
    let named = files.iter().filter(|file| file.name == "Chart.yaml").cloned().collect();
    let chart = load_files(named, "", &mut Sources::default());
    let name = match chart {
        Ok(loaded) => loaded.chart.name().to_owned(),
        Err(diagnostics) => return Err(diagnostics.first().map(super::text).unwrap_or_default()),
    };
    let target = folder.join(name);
    let write = |name: &str, data: &[u8]| -> io::Result<()> {
        let path = target.join(name);
        fs::create_dir_all(path.parent().unwrap_or(&target))?;
        fs::write(path, data)
    };
    for file in &files {
        write(&file.name, &file.data).map_err(|error| format!("open {}: {}", file.name, io_reason(&error)))?;
    }
    Ok(target)
}
