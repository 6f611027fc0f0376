{{- define "bad.outer" }}
{{- include "bad.inner" . }}
{{- end }}
{{- define "bad.inner" }}
{{- .Values.image.tag.name }}
{{- end }}
