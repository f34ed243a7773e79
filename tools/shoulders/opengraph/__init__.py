"""Pictures of the site for whoever shares a link to it: one for each work and one for the site, in each language.

From the words (`design`) by way of lines (`lines`) set in a typeface (`fonts`) to pixels (`draw`, `canvas`); `store`
keeps what was drawn, `icons` makes the site's icons. Writes nothing into the site; `stamp` does.
"""
