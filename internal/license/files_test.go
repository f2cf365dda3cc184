package license

import "testing"

func TestLicenseFile(t *testing.T) {
	for _, tt := range []struct {
		path, covers string
		ok           bool
	}{
		{"LICENSE", "", true},
		{"license.md", "", true},
		{"LICENCE.txt", "", true},
		{"COPYING", "", true},
		{"UNLICENSE", "", true},
		{"Licence", "", true},
		{"copying.lesser", "", true},
		{"license-model", "model", true},
		{"Model_License.md", "model", true},
		{"LICENSE-MODEL.txt", "model", true},
		{"license-code.md", "code", true},
		{"use_policy.md", "policy", true},
		{"Acceptable-Use-Policy.txt", "policy", true},
		{"notice.md", "notice", true},
		{"LICENSE-2.0", "", true},
		{"LICENSE-MODEL", "model", true},
		{"LICENSE.model", "model", true},
		{"MODEL_LICENSE", "model", true},
		{"ModelLicense.txt", "model", true},
		{"model_licenses/LICENSE-X1-fast", "model", true},
		{"LICENSE-CODE", "code", true},
		{"LICENSE_DATASET", "data", true},
		{"data/LICENSE", "data", true},
		{"LICENSES/Apache-2.0.txt", "", true},
		{"USE_POLICY.md", "policy", true},
		{"WEIGHTS_PROHIBITED_USE_POLICY.md", "policy", true},
		{"WEIGHTS_TERMS_OF_USE.md", "model", true},
		{"A Long Name LICENSE AGREEMENT", "", true},
		{"LICENSE.pdf", "", true},
		{"NOTICE", "notice", true},
		{"Notice.txt", "notice", true},
		{"THIRD_PARTY_NOTICES.md", "notice", true},
		{"third_party/foo/LICENSE", "notice", true},
		{`docs\LICENSE.txt`, "", true},
		{"README.md", "", false},
		{"license.py", "", false},
		{"LICENSE.py", "", false},
		{"license_test.go", "", false},
		{"license-checker.txt", "", false},
		{"privacy_policy.md", "", false},
		{"model.safetensors", "", false},
		{"data/train.csv", "", false},
		{"licensed-models.json", "", false},
		{"", "", false},
	} {
		if covers, ok := LicenseFile(tt.path); covers != tt.covers || ok != tt.ok {
			t.Errorf("%q: got %q %v, want %q %v", tt.path, covers, ok, tt.covers, tt.ok)
		}
	}
}
