//! The codes of diagnostics about fetching.

mkmanifests_yaml::codes! {
    /// Why a chart could not be fetched.
    pub enum FetchCode {
        /// The cache lacks what is needed, and the network is not used.
        Offline = "fetch/offline",
        /// A server cannot be reached, or its answer is unusable.
        Unreachable = "fetch/unreachable",
        /// A server answered with an error.
        Status = "fetch/status",
        /// A repository or its index cannot be used.
        Repository = "fetch/repository",
        /// The chart or the version does not exist.
        NotFound = "fetch/not-found",
        /// A chart is named in a way that nothing can be found by.
        InvalidName = "fetch/invalid-name",
        /// What was downloaded is not what was announced.
        WrongContent = "fetch/wrong-content",
        /// The provenance file is missing or does not match.
        Provenance = "fetch/provenance",
        /// A file or folder stands in the way.
        Exists = "fetch/exists",
        /// A file or folder cannot be read or written.
        File = "fetch/file",
        /// Certificates, keys or proxies are not usable.
        Connection = "fetch/connection",
    }
}
