//! Archives of charts, honest and hostile.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use mkmanifests_fetch::cache::digest;

/// Returns a packed chart.
pub fn chart(name: &str, version: &str) -> Vec<u8> {
    let metadata = format!("apiVersion: v2\nname: {name}\nversion: {version}\n");
    let template = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\n";
    pack(&[
        (&format!("{name}/Chart.yaml"), metadata.as_bytes()),
        (&format!("{name}/templates/map.yaml"), template.as_bytes()),
    ])
}

/// Returns a gzipped tar archive. Names are not checked.
pub fn pack(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, content) in files {
        let mut header = tar::Header::new_ustar();
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        header.set_entry_type(tar::EntryType::Regular);
        header.set_cksum();
        builder.append(&header, *content).expect("memory");
    }
    gzip(&builder.into_inner().expect("memory"))
}

/// Compresses.
pub fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).expect("memory");
    encoder.finish().expect("memory")
}

/// Returns an index with one entry for each chart: name, version, URL and archive.
pub fn index(charts: &[(&str, &str, &str, &[u8])]) -> Vec<u8> {
    let mut text = String::from("apiVersion: v1\nentries:\n");
    let mut names: Vec<&str> = charts.iter().map(|(name, ..)| *name).collect();
    names.dedup();
    for name in names {
        text.push_str(&format!("  {name}:\n"));
        for (_, version, url, archive) in charts.iter().filter(|(other, ..)| *other == name) {
            text.push_str(&format!("  - name: {name}\n    version: {version}\n    urls: [{url:?}]\n"));
            text.push_str(&format!("    digest: {}\n", digest(archive)));
        }
    }
    text.into_bytes()
}
