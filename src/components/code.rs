//! The error codes of components, besides those of their values.

crate::codes! {
    /// Why a component cannot be rendered.
    pub enum ComponentCode {
        /// There is no such component.
        Unknown = "component/unknown",
        /// The objects cannot be serialized.
        NotSerializable = "component/not-serializable",
        /// The release's name cannot be part of the names of objects.
        InvalidReleaseName = "component/invalid-release-name",
        /// There is no IAM policy for a component.
        UnknownPermissions = "component/unknown-permissions",
        /// The values configure nothing.
        NoEffect = "component/no-effect",
    }
}
