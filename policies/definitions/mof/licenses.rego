package entail.definitions.mof

# METADATA
# description: >-
#   The licence ids that the Model Openness Tool holds open, by its own table at
#   commit 8b5d30e of lfai/model_openness_tool (mof-licenses.json, the open data
#   list and the extra list of LicenseHandler.php). It compares ids as they are
#   written, so that this is a list of spellings and not the catalogue: SPDX has
#   flags for far more licences than AI models use, and the tool has others that
#   SPDX does not flag.
open_licenses := ((_osi_approved | _fsf_free) | _open_data) | _extra

# METADATA
# description: >-
#   The licences that the tool holds right for a type of content. An open one
#   that is not among them counts, with a remark.
meant_for := {
	"code": {
		"0BSD", "AFL-1.1", "AFL-1.2", "AFL-2.0", "AFL-2.1", "AFL-3.0", "Apache-1.0", "Apache-1.1",
		"Apache-2.0", "ECL-1.0", "ECL-2.0", "ISC", "MIT", "MIT-0", "MulanPSL-2.0", "NCSA", "OpenMDW-1.0",
		"UPL-1.0",
	},
	"data": {
		"CDLA-Permissive-1.0", "CDLA-Permissive-2.0", "OpenMDW-1.0",
	},
	"document": {
		"Apache-2.0", "CC-BY-4.0", "CC-BY-SA-3.0", "CC-BY-SA-4.0", "CC0-1.0", "OpenMDW-1.0",
	},
}

# SPDX flags them as approved by OSI.
_osi_approved := {
	"0BSD", "AAL", "AFL-1.1", "AFL-1.2", "AFL-2.0", "AFL-2.1", "AFL-3.0", "AGPL-3.0", "AGPL-3.0-only",
	"AGPL-3.0-or-later", "Apache-1.1", "Apache-2.0", "APL-1.0", "APSL-1.0", "APSL-1.1", "APSL-1.2", "APSL-2.0",
	"Artistic-1.0", "Artistic-1.0-cl8", "Artistic-1.0-Perl", "Artistic-2.0", "BlueOak-1.0.0", "BSD-1-Clause",
	"BSD-2-Clause", "BSD-2-Clause-Patent", "BSD-3-Clause", "BSD-3-Clause-LBNL", "BSL-1.0", "CAL-1.0",
	"CAL-1.0-Combined-Work-Exception", "CATOSL-1.1", "CDDL-1.0", "CECILL-2.1", "CERN-OHL-P-2.0",
	"CERN-OHL-S-2.0", "CERN-OHL-W-2.0", "CNRI-Python", "CPAL-1.0", "CPL-1.0", "CUA-OPL-1.0", "ECL-1.0",
	"ECL-2.0", "EFL-1.0", "EFL-2.0", "Entessa", "EPL-1.0", "EPL-2.0", "EUDatagrid", "EUPL-1.1", "EUPL-1.2",
	"Fair", "Frameworx-1.0", "GPL-2.0", "GPL-2.0+", "GPL-2.0-only", "GPL-2.0-or-later", "GPL-3.0", "GPL-3.0+",
	"GPL-3.0-only", "GPL-3.0-or-later", "GPL-3.0-with-GCC-exception", "HPND", "ICU", "Intel", "IPA", "IPL-1.0",
	"ISC", "Jam", "LGPL-2.0", "LGPL-2.0+", "LGPL-2.0-only", "LGPL-2.0-or-later", "LGPL-2.1", "LGPL-2.1+",
	"LGPL-2.1-only", "LGPL-2.1-or-later", "LGPL-3.0", "LGPL-3.0+", "LGPL-3.0-only", "LGPL-3.0-or-later",
	"LiLiQ-P-1.1", "LiLiQ-R-1.1", "LiLiQ-Rplus-1.1", "LPL-1.0", "LPL-1.02", "LPPL-1.3c", "MirOS", "MIT",
	"MIT-0", "MIT-Modern-Variant", "Motosoto", "MPL-1.0", "MPL-1.1", "MPL-2.0",
	"MPL-2.0-no-copyleft-exception", "MS-PL", "MS-RL", "MulanPSL-2.0", "Multics", "NASA-1.3", "Naumen", "NCSA",
	"NGPL", "Nokia", "NPOSL-3.0", "NTP", "OCLC-2.0", "OFL-1.1", "OFL-1.1-no-RFN", "OFL-1.1-RFN", "OGTSL",
	"OLDAP-2.8", "OLFL-1.3", "OSET-PL-2.1", "OSL-1.0", "OSL-2.0", "OSL-2.1", "OSL-3.0", "PHP-3.0", "PHP-3.01",
	"PostgreSQL", "Python-2.0", "QPL-1.0", "RPL-1.1", "RPL-1.5", "RPSL-1.0", "RSCPL", "SimPL-2.0", "SISSL",
	"Sleepycat", "SPL-1.0", "UCL-1.0", "Unicode-3.0", "Unicode-DFS-2016", "Unlicense", "UPL-1.0", "VSL-1.0",
	"W3C", "Watcom-1.0", "wxWindows", "Xnet", "Zlib", "ZPL-2.0", "ZPL-2.1",
}

# SPDX flags them as free by the FSF, and not as approved by OSI.
_fsf_free := {
	"AGPL-1.0", "Apache-1.0", "BitTorrent-1.1", "BSD-2-Clause-FreeBSD", "BSD-2-Clause-NetBSD",
	"BSD-3-Clause-Clear", "BSD-4-Clause", "CECILL-2.0", "CECILL-B", "CECILL-C", "ClArtistic", "Condor-1.1",
	"eCos-2.0", "FSFAP", "FTL", "GFDL-1.1", "GFDL-1.1-only", "GFDL-1.1-or-later", "GFDL-1.2", "GFDL-1.2-only",
	"GFDL-1.2-or-later", "GFDL-1.3-only", "GFDL-1.3-or-later", "gnuplot", "IJG", "iMatix", "Imlib2",
	"LPPL-1.2", "LPPL-1.3a", "NOSL", "NPL-1.0", "NPL-1.1", "Nunit", "OFL-1.0", "OLDAP-2.3", "OLDAP-2.7",
	"OpenSSL", "OSL-1.1", "Ruby", "SGI-B-2.0", "SMLNJ", "StandardML-NJ", "Vim", "WTFPL", "X11", "XFree86-1.1",
	"xinetd", "YPL-1.1", "Zend-2.0", "Zimbra-1.3",
}

# The tool's list of licences for open data, as far as they have neither flag or not that of OSI.
_open_data := {
	"CC-BY-1.0", "CC-BY-2.0", "CC-BY-2.5", "CC-BY-2.5-AU", "CC-BY-3.0", "CC-BY-3.0-AT", "CC-BY-3.0-AU",
	"CC-BY-3.0-DE", "CC-BY-3.0-IGO", "CC-BY-3.0-NL", "CC-BY-3.0-US", "CC-BY-4.0", "CC-BY-SA-1.0",
	"CC-BY-SA-2.0", "CC-BY-SA-2.0-UK", "CC-BY-SA-2.1-JP", "CC-BY-SA-2.5", "CC-BY-SA-3.0", "CC-BY-SA-3.0-AT",
	"CC-BY-SA-4.0", "CC0-1.0", "CDLA-Permissive-1.0", "CDLA-Permissive-2.0", "CDLA-Sharing-1.0", "GFDL-1.3",
	"ODbL-1.0", "ODC-By-1.0", "ODC-PDDL-1.0", "OGL-Canada-2.0", "OGL-UK-2.0", "OGL-UK-3.0",
}

# What the tool adds.
_extra := {
	"OpenMDW-1.0",
}
