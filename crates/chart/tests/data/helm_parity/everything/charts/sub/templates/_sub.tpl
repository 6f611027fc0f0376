{{- define "shared" -}}of the subchart{{- end -}}
