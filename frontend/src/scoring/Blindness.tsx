import { Notice } from "../ui/Badge";

/** What the features cannot know, said wherever something stands on them. */
export function Blindness() {
  return (
    <Notice title="What these features cannot see">
      They are handcrafted numbers about noise, blur, compression, seams, banding and colour. They cannot see
      hands, faces or spelling: a detector of such a defect has only learnt what happens to go along with it
      in these images.
    </Notice>
  );
}
