"""How the pages of this folder become a site: ``uv run sphinx-build -W docs dist/docs``, from no network."""

project = "picup-planner"
extensions = ["myst_parser"]
exclude_patterns = ["images"]
html_theme = "alabaster"
html_theme_options = {
    "description": "Proven, explained, published monthly tours",
    "page_width": "80rem",
    "font_size": "1rem",
}
html_sidebars = {"**": ["about.html", "searchfield.html", "navigation.html"]}
html_copy_source = html_show_sourcelink = html_show_copyright = False
myst_heading_anchors = 3
myst_heading_slug_func = "github"  # the same addresses as where the pages are read without the site
