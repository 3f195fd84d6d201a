import { testHanging } from './hanging'

testHanging('sunco', / \/v2\//)
