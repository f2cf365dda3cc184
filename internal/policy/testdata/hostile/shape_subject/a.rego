# want: failed custom/hostile/shape-subject: whose subject is empty
package custom.hostile.shape_subject

findings contains odd

odd := {"message": "so", "subject": ""}
